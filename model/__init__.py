"""The vocabulary of Vigilex as plain values: no I/O, standard library only."""
