"""From the arguments of a program to what it declares."""
