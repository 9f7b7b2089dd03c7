"""Assembling: a draft that is built question by question, from answers that could be published."""
