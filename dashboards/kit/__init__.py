"""The house style: panels, tables, rows, colors and units."""
