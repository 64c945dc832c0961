"""How good a map is: against labels that people gave, by its names, by its picture. Never on the path."""
