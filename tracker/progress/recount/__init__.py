"""Figures counted a second time, slowly, from the ledger itself: in plain Python, without counting spans.

What is counted here shares nothing with how the pages count, so that an error in one does not hide in the other. It
reads rows, walks them by person, and knows the definitions of the figures by heart.
"""
