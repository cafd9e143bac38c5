"""Growth: where a measure stands among those of children of the same age and sex, and curves ready to plot."""
