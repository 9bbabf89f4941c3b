"""What of a private value may be shown to everybody: enough to recognise, too little to use."""

HIDDEN = "•••"


def masked_phone(phone: str) -> str:
    """138****0000; a number too short to leave four digits hidden is hidden whole."""
    if len(phone) < 8:
        return HIDDEN if phone else ""
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def masked_name(name: str) -> str:
    """王芳 becomes 王*, 王小芳 becomes 王*芳; in other scripts the first letter stays."""
    if len(name) <= 1:
        return "*" if name else ""
    if len(name) == 2 or name.isascii():
        return name[0] + "*" * min(len(name) - 1, 3)
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def masked_code(code: str) -> str:
    """A number of a person or of an enterprise: the first and the last four characters of a long one stay."""
    if len(code) < 9:
        return HIDDEN if code else ""
    return f"{code[:4]}{'*' * (len(code) - 8)}{code[-4:]}"
