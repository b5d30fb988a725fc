"""Seeds of standard codes, generated from the libraries that keep them."""
