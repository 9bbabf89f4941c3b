"""Pages that show several modules: home per role, an enterprise's dossier, the situation board."""
