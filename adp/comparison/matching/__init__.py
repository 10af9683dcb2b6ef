"""Which thing of the product stands for which of the reference: HDUs, columns, rows."""
