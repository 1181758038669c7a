"""What a variant of the paper's parameters may say."""
