"""Planning a whole series: when each roundtable falls, so that many can come and nobody carries all the bad hours.

Pure: no database, no clock, no request, no words for people, and the standard library only. A ``Problem`` goes in, a
``Plan`` comes out; what a plan costs and why is data that pages and the command put into words.
"""
