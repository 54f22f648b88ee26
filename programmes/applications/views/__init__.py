"""Views of this room: fetch from what the person may see, bind, call one service, answer."""
