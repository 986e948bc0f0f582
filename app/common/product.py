"""What this product is called, where systems ask for its name."""

PRODUCT = "HiveMind Master"
MAKER = "The HiveMind Master developers"
#: Windows groups the windows of a program, and pins them, by this name.
APP_USER_MODEL_ID = "HiveMind.Master"
