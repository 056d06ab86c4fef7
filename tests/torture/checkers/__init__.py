"""What must be true of a history, each as a pure function of what was recorded and what was read at the end."""
