"""What does a write note in its journal, and what does a later call make of it?"""
