"""The figures and tables of a study, drawn from the tables that its rules write."""
