"""What is known of the world outside the files: capabilities, paths, devices, images.

Tables in one place, so that a check names none of its own and a row is corrected once. Each row says
in a comment where it is from.
"""
