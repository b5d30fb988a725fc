"""Customer segmentation as dbt models: the Python half."""

__version__ = "0.1.0"
