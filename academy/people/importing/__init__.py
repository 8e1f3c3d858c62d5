"""Lists of staff: read, checked line by line, and applied in the background.

files      what was uploaded becomes rows of cells, whatever program made it
columns    which column is which, by its name in four languages
lines      one row becomes what it says about a person, or faults that name the cell
snapshot   who works where, who is invited, as the database has it
planning   what each line comes to, beside what is there and beside the other lines
words      faults in the reader's language
rules      check a file, start applying, throw away
applying   the background work: some lines in one transaction, and so on to the end
access     who may do it, for which units
"""
