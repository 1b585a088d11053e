Route #1: 2 1 6
Route #2: 3 5 1 4
Route #3:
Cost 12.50
