"""What tests share: harnesses, helpers, Hypothesis strategies. No test belongs here."""
