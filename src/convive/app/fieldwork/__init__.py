"""Work in the field: questionnaires, walks and the photos that come with them."""
