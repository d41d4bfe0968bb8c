"""How the small models of ``rag/`` are made: data, training, export, evaluation. Needs torch."""
