"""What goes into each request of a bulk write, and what became of every item?"""
