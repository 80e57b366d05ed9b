def draw_picture(*a: object) -> None:
    pass
