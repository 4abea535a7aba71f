"""What a commit changes, before anything is deployed."""
