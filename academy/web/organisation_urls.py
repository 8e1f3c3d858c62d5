"""An organisation's own pages, below /<language>/organisation/. No name and no e-mail address stands in any."""

from django.urls import path

from .views import organisation, organisation_joining, organisation_people

HERE = "<slug:organisation>/"
PERSON = f"{HERE}people/<uuid:person>/"

urlpatterns = [
    path("", organisation.organisations, name="organisations"),
    path(HERE, organisation.overview, name="organisation"),
    path(f"{HERE}units/new/", organisation.unit_new, name="organisation_unit_new"),
    path(f"{HERE}units/<int:unit>/", organisation.unit, name="organisation_unit"),
    path(f"{HERE}units/<int:unit>/close/", organisation.unit_close, name="organisation_unit_close"),
    path(f"{HERE}settings/", organisation.settings, name="organisation_settings"),
    path(f"{HERE}people/", organisation_people.people, name="organisation_people"),
    path(PERSON, organisation_people.person, name="organisation_person"),
    path(f"{PERSON}units/", organisation_people.membership_new, name="organisation_membership_new"),
    path(f"{PERSON}units/<int:membership>/", organisation_people.membership, name="organisation_membership"),
    path(f"{PERSON}roles/", organisation_people.role_new, name="organisation_role_new"),
    path(f"{PERSON}leaves/", organisation_people.leaves, name="organisation_leaves"),
    path(f"{HERE}roles/", organisation_people.roles, name="organisation_roles"),
    path(f"{HERE}roles/<int:grant>/end/", organisation_people.role_end, name="organisation_role_end"),
    path(f"{HERE}invite/", organisation_joining.organisation_invite, name="organisation_invite"),
    path(
        f"{HERE}invite/<int:invitation>/",
        organisation_joining.organisation_invitation,
        name="organisation_invitation",
    ),
    path(f"{HERE}links/", organisation_joining.organisation_links, name="organisation_links"),
    path(f"{HERE}links/<int:link>/end/", organisation_joining.organisation_link_end, name="organisation_link_end"),
    path(f"{HERE}domains/", organisation_joining.domains, name="organisation_domains"),
    path(f"{HERE}domains/<int:domain>/remove/", organisation_joining.domain_remove, name="organisation_domain_remove"),
]
