"""What the files about journeys have in common: the people they name, and the events they bring.

Such files have thousands of rows, not millions: what they say is put together in Python, from few statements and into
few.
"""
