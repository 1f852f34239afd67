"""What other formats say of where a model comes from, read as proposals: never as facts."""
