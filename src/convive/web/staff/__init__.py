"""What all staff pages share: layout, navigation, forms, the home page."""
