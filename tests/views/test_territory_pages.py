"""Pages of the territory: drilling down, drawing a grid, importing a list."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fugong.access.models import User
from fugong.territory.models import Area

pytestmark = pytest.mark.django_db
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.0, 23.0], [113.02, 23.0], [113.02, 23.02], [113.0, 23.02], [113.0, 23.0]]],
}
LIST = "code,name,level,parent_code\n90,示例省,province,\n9001,甲市,prefecture,90\n"


def post(client, name, /, *args, **values):
    return client.post(reverse(f"territory:{name}", args=args), {"command": str(uuid.uuid4()), **values})


def test_the_tree_is_for_who_edits_it(town, as_user):
    assert as_user(town.zhou).get(reverse("territory:areas")).status_code == 403
    assert "临川示例市" in as_user(town.shen).get(reverse("territory:areas")).content.decode()


def test_an_area_shows_what_lies_below_and_its_way_up(town, as_user):
    page = as_user(town.shen).get(reverse("territory:area", args=[town.town.pk])).content.decode()
    assert all(name in page for name in ("柳村", "松村", "科创园", "桥南区"))
    assert "渡口村" not in page


def test_a_drawn_grid_stands_in_the_village(town, as_user):
    client = as_user(town.shen)
    answer = post(client, "draw_grid", town.pine.pk, name="松村一格", outline=json.dumps(SQUARE))
    assert answer.status_code == 302
    assert Area.objects.get(name="松村一格").parent == town.pine
    assert (
        post(client, "draw_grid", town.pine.pk, name="松村一格", outline=json.dumps(SQUARE)).status_code
        == 422
    )
    assert post(client, "draw_grid", town.pine.pk, name="二格", outline="{").status_code == 422


def test_an_uploaded_outline_becomes_the_area_s(town, as_user):
    file = SimpleUploadedFile("a.geojson", json.dumps({"type": "Feature", "geometry": SQUARE}).encode())
    assert post(as_user(town.shen), "set_boundary", town.willow.pk, **{"own-file": file}).status_code == 302
    town.willow.refresh_from_db()
    assert town.willow.boundary == SQUARE


def test_the_administrator_of_a_city_does_not_change_the_whole_tree(town, as_user):
    file = SimpleUploadedFile("list.csv", LIST.encode())
    answer = post(as_user(town.shen), "divisions", file=file, edition="2019-10-31", on="2019-10-31")
    assert answer.status_code == 403
    assert not Area.objects.filter(code="9001").exists()


def test_a_division_list_is_taken_in_from_utf8_and_gb18030(town, as_user):
    client = as_user(User.objects.create(login="root", name="总管理", is_administrator=True))
    for encoding in ("utf-8-sig", "gb18030"):
        file = SimpleUploadedFile("list.csv", LIST.encode(encoding))
        answer = post(client, "divisions", file=file, edition="2019-10-31", on="2019-10-31")
        assert answer.status_code == 302
    assert Area.objects.get(code="9001").path == "90/9001/"
    wrong = SimpleUploadedFile("list.csv", b"code,name\n1,a\n")
    assert post(client, "divisions", file=wrong, edition="x", on="2019-10-31").status_code == 422
