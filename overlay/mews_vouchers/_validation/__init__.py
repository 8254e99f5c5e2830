"""Does an item of a write keep the contract? Asked before anything is sent. No I/O."""
