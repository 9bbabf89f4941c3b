"""What the pages of several modules ask: the situation board, completeness, the grid lead's villages, one enterprise."""
