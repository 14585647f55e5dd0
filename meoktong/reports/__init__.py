"""What readers see: the weekly summary."""
