"""What a mock keeps between requests: items, reference data, the clock, limits, faults, a log.

It knows no rule of any operation.
"""
