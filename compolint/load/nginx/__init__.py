"""Configurations of Nginx: the files that belong together, and what holds at a place in them."""
