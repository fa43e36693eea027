"""What is asked of the records of fellowships, a file for each thing."""
