"""What is left to do of a stopped write: what was done already, and who else is at it?"""
