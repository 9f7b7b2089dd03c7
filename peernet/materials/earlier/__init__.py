"""Earlier states of a draft: what stood there before each saving, who saved it and when; compared and restored."""
