{#- There is at least one row. -#}
{% test has_rows(model) %}
select 1 as no_rows
where not exists (select 1 from {{ model }})
{% endtest %}
