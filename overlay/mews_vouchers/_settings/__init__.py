"""What can a client be told? Its settings, and the checks that they are what is meant."""
