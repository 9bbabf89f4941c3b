"""Pages that show several modules: home and board, and the first pages of clerk, grid lead, liaison and firm."""
