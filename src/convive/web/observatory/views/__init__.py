"""Views: one address each; read with selectors, shape with presenters, render."""
