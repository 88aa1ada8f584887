"""Guess settings from answers that an API gave, each guess with its evidence. Pure functions: nothing is sent."""
