"""Coming and going: register, sign in, sign out."""

from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from registry.actions import people
from registry.web.forms import Registration, take
from registry.web.pace import paced

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("password")
def register(request: HttpRequest) -> HttpResponse:
    form = Registration(request.POST or None)
    if form.is_valid():
        try:
            person = people.register(**form.cleaned_data)
        except ValidationError as error:
            take(form, error)
        else:
            login(request, person, backend=BACKEND)
            return redirect("registry:account")
    return render(request, "registry/register.html", {"form": form}, status=422 if form.errors else 200)


@method_decorator(paced("sign-in"), name="dispatch")
class Login(LoginView):
    template_name = "registry/login.html"
    redirect_authenticated_user = True


class Logout(LogoutView):
    """By POST only; where to, the settings say."""
