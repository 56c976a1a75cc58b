"""How the shipped reader was made: data mix, training, evaluation, export."""
