"""What somebody should know: shown in the workspace, sent by e-mail where that is set up."""
