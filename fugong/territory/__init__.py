"""Areas (区域): the tree from province to building, with official codes, boundaries, validity and successors."""
