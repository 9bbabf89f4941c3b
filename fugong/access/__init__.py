"""Who may do what (岗位权限): users, roles as code, postings with dates, what is visible to whom, reveals with a reason."""
