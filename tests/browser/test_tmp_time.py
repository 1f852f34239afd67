import time, pytest
from campaigns import demo
from django.utils import timezone
pytestmark = pytest.mark.django_db(transaction=True)
def test_t(sandbox):
    t=time.time(); demo.tell_the_story(at=timezone.now()); print("story", time.time()-t)
def test_u(sandbox):
    from tests.stories.test_bra import bra_stands_at_19_500
    t=time.time(); bra_stands_at_19_500(sandbox); print("bra", time.time()-t)
