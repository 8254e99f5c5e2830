"""What are the operations of the API? The facts of each of them, without I/O."""
