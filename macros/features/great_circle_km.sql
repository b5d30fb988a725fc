{#- Kilometres between two places on a sphere of the mean radius of the earth, 6371.0088 km, by the
    haversine formula; degrees in. Off by half a percent at most, for the earth is no sphere. To the
    metre, beyond which engines differ. -#}
{% macro great_circle_km(latitude, longitude, other_latitude, other_longitude) -%}
    {%- set radian = '0.017453292519943295' -%}
    round(
        cast(
            2 * 6371.0088 * asin(least(1, sqrt(
                power(sin(({{ other_latitude }} - {{ latitude }}) * {{ radian }} / 2), 2)
                + cos({{ latitude }} * {{ radian }}) * cos({{ other_latitude }} * {{ radian }})
                * power(sin(({{ other_longitude }} - {{ longitude }}) * {{ radian }} / 2), 2)
            ))) as {{ dbt.type_numeric() }}
        ), 3
    )
{%- endmacro %}
