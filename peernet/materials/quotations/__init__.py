"""Quotations: passages of answers in materials, published only with the yes of those who speak for them."""
