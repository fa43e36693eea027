"""The room `services` of recruitment: campaigns and vacancies, their panels and figures, and candidates."""
